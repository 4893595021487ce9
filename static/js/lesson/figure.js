// The healing figure says the chosen day aloud (its title only) and keeps it in the address: #day-7.
for (const figure of document.querySelectorAll(".heal")) {
  const stops = [...figure.querySelectorAll(".stops input")];
  const panels = figure.querySelector(".panels");
  const voice = document.createElement("p");
  voice.className = "vh";
  voice.setAttribute("role", "status");
  if (panels) panels.removeAttribute("aria-live");
  figure.append(voice);

  const say = (stop) => {
    const panel = figure.querySelector(`.p-${stop.id}`);
    if (!panel) return;
    const title = [...panel.querySelectorAll(".pday, .pst")].map((part) => part.textContent.trim());
    voice.textContent = title.join(": ");
  };

  for (const stop of stops) {
    stop.addEventListener("change", () => {
      say(stop);
      history.replaceState(history.state, "", `#day-${stop.id.slice(1)}`);
    });
  }

  const wanted = /^#day-(\d+)$/.exec(location.hash);
  const stop = wanted && stops.find((one) => one.id === `d${wanted[1]}`);
  if (stop) {
    stop.checked = true;
    figure.scrollIntoView({ block: "start" });
  }
}
