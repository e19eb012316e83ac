// Draws a chart from the table beside it: one source for eyes, screen readers and paper.

import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--uh-${name}`).trim();

function drawBars(box) {
  const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows].reverse();
  const text = { color: token("ink"), fontFamily: token("font"), fontSize: 14 };
  const goal = box.dataset.goal === undefined ? null : Number(box.dataset.goal);
  const values = rows.map((row) => Number(row.cells[1].dataset.v));
  const colour = (value) => (goal !== null && value < goal ? token("warm") : token("accent"));
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    grid: { left: 116, right: 48, top: 28, bottom: 8 },
    xAxis: {
      type: "value",
      min: 0,
      max: box.dataset.unit === "%" ? 100 : undefined,
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: "category",
      data: rows.map((row) => row.cells[0].textContent.trim()),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: text,
    },
    series: [
      {
        type: "bar",
        barWidth: 18,
        data: values.map((value) => ({ value, itemStyle: { borderRadius: [0, 5, 5, 0], color: colour(value) } })),
        label: {
          show: true,
          position: "right",
          formatter: `{c}${box.dataset.unit}`,
          backgroundColor: token("surface"),
          padding: [2, 3],
          ...text,
        },
        markLine: goal === null ? undefined : goalLine(goal, `${box.dataset.goalLabel} ${goal}${box.dataset.unit}`, text),
      },
    ],
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}

function goalLine(goal, formatter, text) {
  return {
    symbol: "none",
    silent: true,
    data: [{ xAxis: goal }],
    lineStyle: { color: token("ink-3"), type: "dashed" },
    label: { formatter, ...text, color: token("ink-2") },
  };
}

// Parts of one sum behind one another: the columns named in data-columns, their numbers (fen) in data-v.
function drawStack(box) {
  const table = document.getElementById(box.dataset.table);
  const rows = [...table.tBodies[0].rows].filter((row) => row.cells[1]?.dataset.v !== undefined).reverse();
  const text = { color: token("ink"), fontFamily: token("font"), fontSize: 14 };
  const colours = [token("accent"), token("warm"), token("accent-line")];
  const columns = box.dataset.columns.split(",").map(Number);
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    grid: { left: 132, right: 24, top: 36, bottom: 8 },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: 14, itemHeight: 14 },
    xAxis: { type: "value", axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      type: "category",
      data: rows.map((row) => row.cells[0].textContent.trim()),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, width: 120, overflow: "truncate" },
    },
    series: columns.map((column, place) => ({
      name: table.tHead.rows[0].cells[column].textContent.trim(),
      type: "bar",
      stack: "sum",
      barWidth: 18,
      itemStyle: { color: colours[place] },
      data: rows.map((row) => Math.max(Number(row.cells[column].dataset.v), 0) / 100),
    })),
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}

for (const box of document.querySelectorAll("[data-chart=bar]")) drawBars(box);
for (const box of document.querySelectorAll("[data-chart=stack]")) drawStack(box);
