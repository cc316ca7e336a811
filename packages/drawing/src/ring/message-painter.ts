import {
  type MessageLook,
  type MessageShape,
  lookOf,
  lookOfType,
  messagePaths,
  messageTypes,
} from "../look/message-look.ts";
import type { FlightPosition } from "./flight-position.ts";
import { ringSize } from "./geometry.ts";

/** What a canvas paints with, resolved from theme.css: a canvas knows no variables. */
export interface Paints {
  readonly colors: ReadonlyMap<string, string>;
  readonly paper: string;
  readonly ink: string;
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
  const paints = { colors, paper: resolve("--panel"), ink: resolve("--ink") };
  element.style.color = before;
  return paints;
}

export interface Painting {
  readonly positions: readonly FlightPosition[];
  readonly paints: Paints;
  /** Pixels of the canvas to one unit of the ring. */
  readonly scale: number;
  /** The message that is being looked at. */
  readonly chosen: number | undefined;
}

/** Draws the messages, each with a seam in the colour of the paper, so that it is told from what lies below. */
export function paintMessages(context: CanvasRenderingContext2D, painting: Painting): void {
  const { positions, paints, scale, chosen } = painting;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, ringSize, ringSize);
  for (const { flight, point, strength } of positions) {
    const look = lookOf(flight);
    context.globalAlpha = strength;
    context.translate(point.x, point.y);
    paintMessage(context, look, paints);
    if (flight.id === chosen) paintHalo(context, paints);
    context.translate(-point.x, -point.y);
  }
  context.globalAlpha = 1;
}

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
