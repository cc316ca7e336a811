/** How often a node reports while somebody listens and nothing happens. */
export const reportIntervalMs = 250;

/** A node that has said nothing for so long is not reached. */
export const silenceMsMax = 1000;

/** How many of its latest events a node keeps, and tells first to who begins to listen. */
export const eventsMax = 200;
