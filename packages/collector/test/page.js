// What the test page needs besides the collector; a file of its own, for the page's policy allows no inline script.
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));

const open = document.getElementById("open").attachShadow({ mode: "open" });
const closed = document.querySelector("closed-field").attachShadow({ mode: "closed" });
for (const root of [open, closed]) {
  const field = document.createElement("input");
  field.type = "password";
  const plain = document.createElement("input");
  plain.name = "plain";
  root.append(field, plain);
}
window.closedField = closed.querySelector("input");
