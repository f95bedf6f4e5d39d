// For browsers too old for modules: say so, in place of waiting for ever.
(function () {
  var wait = document.getElementById("kasuskit-wait");
  if (wait) wait.textContent = wait.getAttribute("data-old");
})();
