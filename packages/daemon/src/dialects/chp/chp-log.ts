export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Says one line. */
export type ChpLog = (level: LogLevel, text: string) => void;

/** Lines as configurable-http-proxy writes them, without its colours. */
export function createChpLog(lowest: LogLevel, write: (line: string) => void): ChpLog {
  return (level, text) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return;
    // What visitors and callers sent must not look like a line of its own.
    const clean = text.replaceAll(/[\x00-\x1f\x7f]/g, '?');
    write(`${new Date().toISOString()} [ConfigProxy] ${level}: ${clean}\n`);
  };
}
