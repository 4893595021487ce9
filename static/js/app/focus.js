// What needs attention first takes the focus: the error summary, or the feedback after a check.
const first = document.querySelector("[data-focus]");
if (first) first.focus();
