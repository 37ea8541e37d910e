let shown = false;

/** Whether DETAIL, CONTEXT and values of rows may be printed: `SHOW_ERROR_DETAIL`, set once when settings are read. */
export function showRowData(allowed: boolean): void {
  shown = allowed;
}

export function isRowDataShown(): boolean {
  return shown;
}
