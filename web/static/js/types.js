/**
 * The shapes that several modules share; they mirror server/scenario.py and docs/protocol.md.
 *
 * @typedef {{cpus: number, topology: number[][][][], kernel: string, config: Record<string, string>, costs: string}} Machine
 * @typedef {{at_ns: number, command: string}} Action
 * @typedef {object} Scenario
 * @property {string} module_name
 * @property {Record<string, string>} files
 * @property {string} session_sh
 * @property {number} version
 * @property {string} title
 * @property {Action[]} actions
 * @property {Record<string, string>} params
 * @property {Machine} machine
 * @property {number} seed
 *
 * @typedef {object} Diagnostic
 * @property {string} file
 * @property {number} line
 * @property {number} col
 * @property {string} severity
 * @property {string} code
 * @property {string} message
 * @property {string} [hint]
 * @property {number} [end_col]
 * @property {string | null} [replacement]
 *
 * @typedef {{code: string, chip: string, words: string, rule: string}} CauseWord
 * @typedef {{name: string, system: string, fields: [string, string][], text: string}} EventWord
 * @typedef {object} Words
 * @property {string[]} states
 * @property {CauseWord[]} causes
 * @property {EventWord[]} events
 * @property {string[]} lanes
 * @property {string[]} steps
 * @property {string[]} arrows
 * @property {string[]} counters
 * @property {string[]} culprits
 * @property {string[]} values
 * @property {string[]} basis
 *
 * @typedef {object} Meta
 * @property {string} run
 * @property {string} producer
 * @property {string} engine
 * @property {string} kernel
 * @property {string} time_base
 * @property {number} origin_ns
 * @property {string} module
 * @property {string} title
 * @property {Machine} machine
 * @property {number} tick_ns
 * @property {Words} words
 *
 * @typedef {{kind: string, at_ns: number, message: string, cycle: string[]}} Outcome
 * @typedef {{outcome: Outcome, rows: number, digest: string, stats: {summary?: string}}} End
 *
 * @typedef {object} Lane
 * @property {number} id
 * @property {string} kind cpu, pool, worklist, held, worker, timer or task
 * @property {string} name
 * @property {string} sub
 * @property {number} parent
 * @property {number} order
 * @property {number} pid
 * @property {number} cpu
 * @property {number} object
 *
 * @typedef {{object: number, nth: number, wq: number}} Item
 * @typedef {{pid: number, comm: string, kind: string}} Task
 * @typedef {{kind: string, addr: string, name: string, info: string}} Thing
 *
 * @typedef {{label: string, scenario: Scenario}} Try
 * @typedef {{title: string, summary?: string, why: string, pause?: string, try?: Try,
 *   challenge?: boolean}} Lesson
 * @typedef {object} Boot what the server wrote into the page
 * @property {string} engine
 * @property {string} name
 * @property {string} hash
 * @property {Scenario} scenario
 * @property {Lesson} [lesson]
 * @property {string[]} [kernels]
 * @property {string[]} [costs]
 */

export {};
