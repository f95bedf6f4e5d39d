import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.IFormElement;
import org.javarosa.core.model.ItemsetBinding;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.instance.DataInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;
import org.joda.time.DateTimeUtils;

/**
 * What JavaRosa, the engine of ODK Collect, says of records.
 *
 * <p>Usage: {@code java Referee FORM.xml RECORDS.jsonl VERDICTS.jsonl [MILLIS]}. A line of RECORDS is the XML of a
 * stored instance, as a JSON string, or {@code null} for a record just begun. A line of VERDICTS is {@code {nodes:
 * {reference: {relevant, required, value, violation, message, choices}}}} or {@code {error}}; the last one holds the
 * timings. MILLIS stops the clock of {@code now()}; {@code today()} has no such handle (see referees.py).
 */
public final class Referee {
  private final FormDef form;
  private final TreeElement blank;
  private final Map<TreeReference, QuestionDef> questions = new HashMap<>();

  Referee(String path) throws Exception {
    form = XFormUtils.getFormFromFormXml(path, null);
    blank = form.getMainInstance().getRoot().deepCopy(true);
    collectQuestions(form.getChildren());
  }

  private void collectQuestions(List<IFormElement> elements) {
    for (IFormElement element : elements) {
      if (element instanceof QuestionDef) {
        questions.put(((TreeReference) element.getBind().getReference()).genericize(), (QuestionDef) element);
      } else if (element.getChildren() != null) {
        collectQuestions(element.getChildren());
      }
    }
  }

  /** Opens a stored record ({@code xml}) or begins a new one ({@code null}), and reads every node. */
  Map<String, Object> judge(String xml) throws Exception {
    TreeElement root = blank.deepCopy(true);
    if (xml != null) {
      byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
      root.populate(XFormParser.restoreDataModel(bytes, null).getRoot(), form);
    }
    form.getMainInstance().setRoot(root);
    form.initialize(xml == null, new InstanceInitializationFactory());
    walkThroughOnce();
    Map<String, Object> nodes = new LinkedHashMap<>();
    read(form.getMainInstance().getRoot(), nodes);
    return nodes;
  }

  /** Swipes through the form as Collect does: only then are the rows of a counted repeat made. */
  private void walkThroughOnce() {
    FormEntryController controller = new FormEntryController(new FormEntryModel(form));
    while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) {
      continue;
    }
  }

  private void read(TreeElement parent, Map<String, Object> nodes) {
    for (int i = 0; i < parent.getNumChildren(); i++) {
      TreeElement node = parent.getChildAt(i);
      if (node.getMult() == TreeReference.INDEX_TEMPLATE) {
        continue;
      }
      Map<String, Object> verdict = new LinkedHashMap<>();
      verdict.put("relevant", node.isRelevant());
      nodes.put(node.getRef().toString(true), verdict);
      if (node.getNumChildren() > 0) {
        read(node, nodes);
      } else {
        readLeaf(node, verdict);
      }
    }
  }

  private void readLeaf(TreeElement node, Map<String, Object> verdict) {
    IAnswerData value = node.getValue();
    verdict.put("value", value == null ? "" : value.uncast().getString());
    verdict.put("required", node.isRequired());
    QuestionDef question = questions.get(node.getRef().genericize());
    if (question == null || !node.isRelevant()) {
      return;
    }
    if (value == null && node.isRequired()) {
      verdict.put("violation", "required");
    } else if (value != null && !form.evaluateConstraint(node.getRef(), value)) {
      verdict.put("violation", "constraint");
      verdict.put("message", constraintMessage(node));
    }
    ItemsetBinding itemset = question.getDynamicChoices();
    if (itemset != null && itemset.nodesetRef != null && itemset.nodesetExpr.toString().contains("[")) {
      verdict.put("choices", choices(itemset, node.getRef()));
    }
  }

  private String constraintMessage(TreeElement node) {
    String message = node.getConstraint().getConstraintMessage(context(node.getRef()), form.getMainInstance(), null);
    return message == null ? null : form.fillTemplateString(message, node.getRef());
  }

  private EvaluationContext context(TreeReference at) {
    return new EvaluationContext(form.getEvaluationContext(), at);
  }

  /** The values on offer. ItemsetBinding.getChoices is not asked: it empties the answer if it is not among them. */
  private List<String> choices(ItemsetBinding itemset, TreeReference at) {
    String name = itemset.nodesetRef.getInstanceName();
    DataInstance<?> source = name == null ? form.getMainInstance() : form.getNonMainInstance(name);
    List<String> values = new ArrayList<>();
    EvaluationContext here = context(itemset.contextRef.contextualize(at));
    for (TreeReference item : itemset.nodesetExpr.evalNodeset(form.getMainInstance(), here)) {
      values.add(itemset.valueExpr.evalReadable(source, context(item)));
    }
    return values;
  }

  private static double milliseconds(long from) {
    return (System.nanoTime() - from) / 1e6;
  }

  private static String sentence(Throwable error) {
    return error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  public static void main(String[] args) throws Exception {
    new JavaRosaCoreModule().registerModule();
    new XFormsModule().registerModule();
    PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
    if (args.length > 3) {
      DateTimeUtils.setCurrentMillisFixed(Long.parseLong(args[3]));
    }
    long begin = System.nanoTime();
    Referee referee = new Referee(args[0]);
    double load = milliseconds(begin);

    ObjectMapper json = new ObjectMapper();
    List<Double> times = new ArrayList<>();
    try (PrintWriter out = new PrintWriter(args[2], StandardCharsets.UTF_8)) {
      for (String line : Files.readAllLines(Path.of(args[1]))) {
        JsonNode xml = json.readTree(line);
        long start = System.nanoTime();
        Map<String, Object> answer;
        try {
          answer = Map.of("nodes", referee.judge(xml.isNull() ? null : xml.asText()));
        } catch (RuntimeException error) {
          answer = Map.of("error", sentence(error));
        }
        times.add(milliseconds(start));
        out.println(json.writeValueAsString(answer));
      }
      Collections.sort(times);
      double median = times.isEmpty() ? 0 : times.get(times.size() / 2);
      out.println(json.writeValueAsString(Map.of("load_ms", load, "record_ms", median)));
    }
  }
}
