/** The text that V8 compiles for a part, which may be that already. */
export declare function inFunction(source: string): string;
