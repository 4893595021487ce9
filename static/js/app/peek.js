// A password can be looked at while it is typed.
for (const box of document.querySelectorAll(".peek[data-show]")) {
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn plain sm";
  const name = () => (input.type === "password" ? box.dataset.show : box.dataset.hide);
  button.textContent = name();
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    button.textContent = name();
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
  box.append(button);
}
