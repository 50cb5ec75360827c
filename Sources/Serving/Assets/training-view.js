// How a space was trained: every quantity over the epochs.

import { of } from "./api.js";
import { h, notice, segments } from "./dom.js";
import { duration, number } from "./format.js";
import { historyCharts, lineChart } from "./line-chart.js";

/** The view. */
export class TrainingView {
  /** What stands in the page. */
  element = h("div", { class: "training-view page" }, notice("working", "Reading the history…"));
  #scale = "linear";

  /**
   * @param {object} app The page.
   * @param {object} space
   */
  constructor(app, space) {
    this.#start(app, space);
  }

  async #start(app, space) {
    try {
      const { history } = await app.api.fixed(of(space));
      if (!history?.length) {
        this.element.replaceChildren(notice("empty", `${space.method} is not trained step by step, so that there are no curves.`));
        return;
      }
      const charts = h("div", { class: "charts" });
      const draw = () => charts.replaceChildren(...historyCharts(history).map(({ name, lines }) => lineChart(name, "epoch", lines, this.#scale === "logarithmic")));
      draw();
      const seconds = history.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
      this.element.replaceChildren(h("h1", {}, "Training"),
        h("p", { class: "quiet" }, `${number(history.length)} epochs in ${duration(seconds)}, learning rate ${number(history.at(-1).rate)} at the end`),
        segments("Scale", [{ value: "linear", text: "Linear" }, { value: "logarithmic", text: "Logarithmic" }], this.#scale,
          (value) => { this.#scale = value; draw(); }),
        charts);
    } catch (error) {
      this.element.replaceChildren(notice("failed", error.message));
    }
  }

  /** Nothing is under way. */
  dispose() {}
}
