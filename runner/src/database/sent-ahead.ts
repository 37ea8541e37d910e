/** Bytes that may wait to be sent. With more the driver would wait for an answer before it sends what is next. */
export const SENT_AHEAD = 1_048_576;
