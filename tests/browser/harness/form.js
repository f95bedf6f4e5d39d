// A form of about 70 questions with repeats in repeats, linked repeats, groups, filters and every type of question.

const lists = {
  yatidak: [["ya", "Ya"], ["tidak", "Tidak"], ["td", "Tidak diketahui"]],
  jk: [["p", "Perempuan"], ["l", "Laki-laki"]],
  cara: ["Datang langsung", "Telepon/WhatsApp", "Surat/tertulis", "Penjangkauan", "Rujukan lembaga lain", "Laporan media", "Lainnya"].map((l, i) => [`c${i}`, l]),
  lembaga: ["Paralegal desa", "Satgas PPA desa", "LBH APIK NTT", "SSP TTS", "YABIKU NTT", "UPTD PPA/DP3A", "Unit PPA Polres", "Puskesmas/RS", "Lainnya"].map((l, i) => [`l${i}`, l]),
  kecamatan: [["a", "Kecamatan Contoh A"], ["b", "Kecamatan Contoh B"]],
  desa: Array.from({ length: 60 }, (_, i) => [`d${i}`, i === 7 ? "Oe’ékam Contoh" : `Desa Contoh ${i + 1}`]),
  pelapor: [["korban", "Korban sendiri"], ["ortu", "Orang tua/wali"], ["tetangga", "Tetangga"], ["anonim", "Anonim"]],
  didik: ["Tidak sekolah", "SD", "SMP", "SMA", "Diploma", "Sarjana", "Tidak diketahui", "Paket A", "Paket B", "Paket C"].map((l, i) => [`s${i}`, l]),
  kerja: ["Petani", "Nelayan", "Ibu rumah tangga", "Pelajar", "Pedagang", "Guru", "ASN", "TNI", "Polri", "Buruh", "Pekerja migran", "Tukang ojek", "Tenun", "Tidak bekerja", "Lainnya"].map((l, i) => [`k${i}`, l]),
  bentuk: ["Fisik", "Psikis", "Seksual", "Penelantaran", "Eksploitasi", "Perdagangan orang", "Lainnya"].map((l, i) => [`b${i}`, l]),
  kebutuhan: ["Pengobatan", "Visum", "Konseling", "Rumah aman", "Pendampingan polisi", "Pendampingan sidang", "Bantuan hukum", "Penjemputan", "Pemulangan", "Kebutuhan anak", "Sekolah", "Ekonomi", "Dokumen kependudukan", "Penerjemah"].map((l, i) => [`n${i}`, l]),
  hubungan: ["Suami/istri", "Orang tua", "Keluarga", "Pacar/teman", "Tetangga", "Guru", "Majikan", "Lainnya"].map((l, i) => [`h${i}`, l]),
};

const text = (n, l, more) => ({ n, t: "text", l, ...more });
const one = (n, l, list, more) => ({ n, t: "one", l, list, ...more });

const sections = [
  { n: "kepala", t: "group", l: "Kepala formulir", h: "Kapan, di mana, dan oleh siapa laporan dicatat.", kids: [
    { n: "salam", t: "note", l: "Isi menurut cerita. Yang tidak disebut di cerita dibiarkan kosong." },
    { n: "tgl_lapor", t: "date", l: "Tanggal pelaporan", h: "Contoh: 3/10/2026", g: "Tanggal orang datang melapor.\nBukan tanggal kejadian." },
    { n: "jam_lapor", t: "time", l: "Jam pelaporan (WITA)", h: "Contoh: 20.30" },
    one("cara_lapor", "Cara pengaduan", "cara", { g: "Pilih cara laporan pertama kali diterima." }),
    one("lembaga", "Lembaga pencatat", "lembaga"),
    one("kecamatan", "Kecamatan", "kecamatan"),
    one("desa", "Desa tempat pencatatan", "desa", { filter: 1, h: "Ketik beberapa huruf nama desa." }),
    text("petugas", "Kode petugas pencatat", { h: "Kode, bukan nama." }),
    { n: "setuju", t: "ack", l: "Korban setuju laporannya dicatat" },
    { n: "no_kasus", t: "calc", l: "Nomor kasus", ro: 1 },
    { n: "rahasia", t: "calc", l: "Tidak tampil" },
  ] },
  { n: "pelapor", t: "group", l: "Pelapor", kids: [
    one("pelapor_adalah", "Siapa yang melapor?", "pelapor"),
    { n: "blok_pelapor", t: "group", l: "Identitas pelapor", kids: [
      text("pelapor_nama", "Nama pelapor"), one("pelapor_jk", "Jenis kelamin pelapor", "jk"),
      text("pelapor_hp", "Nomor telepon aman", { h: "Nomor latihan saja." }), text("pelapor_alamat", "Alamat pelapor", { ap: "multiline" }),
      one("pelapor_aman", "Aman dihubungi lewat nomor ini?", "yatidak"), one("korban_tahu", "Apakah korban mengetahui laporan ini?", "yatidak"),
    ] },
    one("minta_rahasia", "Pelapor minta identitas dirahasiakan", "yatidak"),
  ] },
  { n: "s_korban", t: "group", l: "Korban", kids: [
    { n: "korban", t: "repeat", l: "Korban", kids: [
      text("nama_korban", "Nama lengkap", { g: "Tulis seperti di cerita." }), one("jk_korban", "Jenis kelamin", "jk"),
      { n: "usia_korban", t: "int", l: "Usia saat kejadian (tahun)", h: "Angka saja." }, { n: "lahir_korban", t: "date", l: "Tanggal lahir" },
      text("nik_korban", "NIK (16 angka)"), one("didik_korban", "Pendidikan terakhir", "didik"), one("kerja_korban", "Pekerjaan", "kerja"),
      { n: "bentuk", t: "many", l: "Bentuk kekerasan", list: "bentuk", h: "Boleh lebih dari satu." },
      { n: "blok_anak", t: "group", l: "Hanya untuk anak", kids: [
        text("wali", "Nama wali"), one("wali_terlapor", "Apakah wali juga terlapor?", "yatidak"), text("sekolah", "Sekolah dan kelas"),
      ] },
      { n: "tanggungan", t: "repeat", l: "Anak atau tanggungan", kids: [text("nama_tanggungan", "Nama tanggungan"), { n: "usia_tanggungan", t: "int", l: "Usia tanggungan" }] },
    ] },
  ] },
  { n: "s_terlapor", t: "group", l: "Terlapor", kids: [
    { n: "terlapor", t: "repeat", l: "Terlapor", kids: [
      text("nama_terlapor", "Nama atau alias terlapor"), one("jk_terlapor", "Jenis kelamin terlapor", "jk"), { n: "usia_terlapor", t: "int", l: "Usia terlapor" },
      one("kerja_terlapor", "Pekerjaan terlapor", "kerja"), one("akses", "Dapat menjangkau korban sekarang?", "yatidak"), text("ciri", "Ciri-ciri", { ap: "multiline" }),
    ] },
  ] },
  { n: "s_hubungan", t: "group", l: "Hubungan terlapor dan korban", kids: [
    { n: "hubungan_korban", t: "repeat", l: "Hubungan", linked: "korban", kids: [
      { n: "hubungan_satu", t: "group", l: "Hubungan dengan ${nama_korban}", kids: [
        { n: "hubungan", t: "repeat", l: "Dengan terlapor", linked: "terlapor", kids: [
          one("jenis_hubungan", "Hubungan terlapor dengan korban", "hubungan"), one("serumah", "Tinggal serumah?", "yatidak"),
        ] },
      ] },
    ] },
  ] },
  { n: "kejadian", t: "group", l: "Kejadian", kids: [
    { n: "tgl_kejadian", t: "date", l: "Tanggal kejadian" }, { n: "jam_kejadian", t: "time", l: "Jam kejadian (WITA)" },
    text("tempat", "Tempat kejadian"), one("kdrt", "Terjadi dalam lingkup rumah tangga?", "yatidak"),
    { n: "kerugian", t: "decimal", l: "Kerugian (juta rupiah)" }, text("kronologi", "Kronologi", { ap: "multiline", h: "Siapa melakukan apa, kapan, di mana." }),
    one("ulang", "Pernah terjadi sebelumnya?", "yatidak"), { n: "ulang_kali", t: "int", l: "Berapa kali?" }, one("lapor_polisi", "Sudah dilaporkan ke polisi?", "yatidak"),
  ] },
  { n: "dampak", t: "group", l: "Dampak", kids: ["Luka", "Sakit lain", "Takut", "Sulit tidur", "Tidak bekerja", "Tidak sekolah"].map((l, i) => one(`dampak${i}`, l, "yatidak")) },
  { n: "kebutuhan", t: "group", l: "Kebutuhan korban", kids: [
    { n: "butuh", t: "many", l: "Kebutuhan", list: "kebutuhan" }, text("harapan", "Harapan korban", { ap: "multiline" }), one("aman", "Aman pulang malam ini?", "yatidak"),
  ] },
  { n: "rujukan", t: "group", l: "Rujukan dan layanan", kids: [
    { n: "layanan", t: "repeat", l: "Layanan", kids: [one("lembaga_layanan", "Lembaga tujuan", "lembaga"), { n: "tgl_layanan", t: "date", l: "Tanggal layanan" }, text("hasil_layanan", "Hasil")] },
    one("setuju_rujuk", "Korban setuju dirujuk?", "yatidak"),
  ] },
];

export const key = {
  tgl_lapor: { value: "2026-10-05", spans: [[0, 5, 26]], hint: "Cari kalimat pertama.", reason: "Cerita menyebut hari orang datang melapor." },
  cara_lapor: { value: "c0", spans: [[0, 39, 53]], hint: "Bagaimana ia sampai di pos?", reason: "Ia datang sendiri.", wrong: "misclassified" },
  petugas: { value: "", hint: "Apakah cerita menyebut kode petugas?", reason: "Cerita tidak menyebut kode petugas." },
  "korban[1]/nama_korban": { value: "Maria 🌺 Contoh", spans: [[1, 0, 14]], hint: "Siapa nama ibu itu?", reason: "Namanya disebut di awal alinea kedua." },
  "korban[1]/usia_korban": { value: "34", spans: [[1, 16, 24]], hint: "Berapa umurnya?", reason: "Umurnya 34 tahun." },
  tgl_kejadian: { value: "2026-10-03", spans: [[2, 0, 21]], hint: "Hari apa kejadiannya?", reason: "Kejadian pada hari Sabtu." },
};

export const screen = {
  case: {
    id: "K01", title: "Malam di dapur", level: 1, note: "Cerita ini tentang kekerasan di rumah. Boleh berhenti kapan saja.",
    story: [
      "Pada Senin, 5 Oktober 2026 seorang ibu datang sendiri ke pos paralegal Desa Contoh A.",
      "Maria 🌺 Contoh, 34 tahun, tinggal bersama suaminya. Ia berbicara pelan dan minta duduk dekat pintu.",
      "Sabtu, 3 Oktober 2026, sekitar pukul 20.00, suaminya menampar pipi kirinya dua kali di dapur.",
      ...Array.from({ length: 12 }, (_, i) => `Alinea ${i + 4}. Tetangga mendengar suara dan membuka pintu. Ia mengajak ibu itu duduk, memberi air, dan tidak bertanya banyak. Malam itu hujan turun sampai pagi.`),
    ],
  },
  form: { id: "contoh", version: "2026.11.1", title: "Formulir contoh", sections, lists },
  exit: "/tests/browser/harness/away.html",
  draft: "contoh-1",
};
