import {
  type MessageLook,
  type MessageShape,
  lookOf,
  lookOfType,
  messagePaths,
  messageTypes,
} from "../look/message-look.ts";
import type { FlightPosition } from "./flight-position.ts";
import { ringSize, timerRadius } from "./geometry.ts";
import type { TimerArc } from "./timer-arcs.ts";

/** What a canvas paints with, resolved from theme.css: a canvas knows no variables. */
export interface Paints {
  readonly colors: ReadonlyMap<string, string>;
  readonly paper: string;
  readonly ink: string;
  readonly timer: string;
  readonly timerDue: string;
  readonly timerTrack: string;
}

/** Asks the browser what the theme's colours are right now, by way of an element that is on the page. */
export function readPaints(element: HTMLElement): Paints {
  const before = element.style.color;
  const resolve = (variable: string): string => {
    element.style.color = `var(${variable})`;
    return getComputedStyle(element).color;
  };
  const names = new Set(messageTypes.map((type) => lookOfType(type).color));
  const colors = new Map([...names].map((name) => [name, resolve(name)]));
  const paints = {
    colors,
    paper: resolve("--panel"),
    ink: resolve("--ink"),
    timer: resolve("--role-follower"),
    timerDue: resolve("--bad"),
    timerTrack: resolve("--line"),
  };
  element.style.color = before;
  return paints;
}

export interface Painting {
  readonly timers: readonly TimerArc[];
  readonly positions: readonly FlightPosition[];
  readonly paints: Paints;
  /** Pixels of the canvas to one unit of the ring. */
  readonly scale: number;
  /** The message that is being looked at. */
  readonly chosen: number | undefined;
}

/** Of a timer: below this it is drawn as one that is about to run out. */
const DUE = 0.25;
const TIMER_WIDTH = 5;
const TRACK_WIDTH = 3;

/** Draws what moves: the election timers, and the messages above them. */
export function paintRing(context: CanvasRenderingContext2D, painting: Painting): void {
  const { timers, positions, paints, scale, chosen } = painting;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, ringSize, ringSize);
  for (const timer of timers) paintTimer(context, timer, paints);
  for (const { flight, point, strength } of positions) {
    context.globalAlpha = strength;
    context.translate(point.x, point.y);
    paintMessage(context, lookOf(flight), paints);
    if (flight.id === chosen) paintHalo(context, paints);
    context.translate(-point.x, -point.y);
  }
  context.globalAlpha = 1;
}

/** From the top, clockwise, as far as there is time left. */
function paintTimer(context: CanvasRenderingContext2D, { point, left }: TimerArc, paints: Paints): void {
  const top = -Math.PI / 2;
  const arc = (part: number, width: number, color: string): void => {
    context.beginPath();
    context.arc(point.x, point.y, timerRadius, top, top + 2 * Math.PI * part);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
  };
  arc(1, TRACK_WIDTH, paints.timerTrack);
  arc(left, TIMER_WIDTH, left < DUE ? paints.timerDue : paints.timer);
}

/** With a seam in the colour of the paper, so that it is told from what lies below. */
function paintMessage(context: CanvasRenderingContext2D, look: MessageLook, paints: Paints): void {
  const color = paints.colors.get(look.color) ?? paints.ink;
  const path = pathOf(look.shape);
  context.lineJoin = "round";
  context.lineWidth = look.hollow ? 5 : 3;
  context.strokeStyle = paints.paper;
  context.stroke(path);
  context.fillStyle = look.hollow ? paints.paper : color;
  context.fill(path);
  context.lineWidth = look.hollow ? 2.2 : 1;
  context.strokeStyle = color;
  context.stroke(path);
  if (!look.refused) return;
  context.beginPath();
  context.moveTo(-6, 6);
  context.lineTo(6, -6);
  context.lineWidth = 2.2;
  context.stroke();
}

const paths = new Map<MessageShape, Path2D>();

function pathOf(shape: MessageShape): Path2D {
  const known = paths.get(shape);
  if (known !== undefined) return known;
  const path = new Path2D(messagePaths[shape]);
  paths.set(shape, path);
  return path;
}

function paintHalo(context: CanvasRenderingContext2D, paints: Paints): void {
  context.beginPath();
  context.arc(0, 0, 12, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = paints.ink;
  context.stroke();
}
