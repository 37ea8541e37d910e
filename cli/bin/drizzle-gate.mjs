#!/usr/bin/env node
import '../dist/drizzle-gate.mjs';
