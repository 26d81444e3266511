import { EpochwattError, OptionError, type RunExporter } from '@epochwatt/core'

/** Exporters that `autolog` makes by name. */
const PLUGINS = { mlflow: '@epochwatt/mlflow-plugin', wandb: '@epochwatt/wandb-plugin' } as const

export type PluginName = keyof typeof PLUGINS

/** `true` for what the environment says, or the plugin's own options. */
export type PluginChoice = boolean | Readonly<Record<string, unknown>>

type Factory = (options?: object) => RunExporter

const load = (name: PluginName): Factory => {
  try {
    const { createRequire } = process.getBuiltinModule('node:module')
    // An ES module, which `require` has taken since Node 20.19: options are checked before anything trains.
    const plugin = createRequire(import.meta.url || process.execPath)(PLUGINS[name]) as Record<
      PluginName,
      Factory
    >
    return plugin[name]
  } catch (cause) {
    throw new EpochwattError(
      'PLUGIN_MISSING',
      `${PLUGINS[name]} cannot be loaded: install it beside this package, or make the exporter yourself: exporters: [${name}()].`,
      { cause },
    )
  }
}

/** @throws OptionError for what is neither, EpochwattError `PLUGIN_MISSING`, and what the plugin throws. */
export const pluginExporters = (
  choices: Readonly<Partial<Record<PluginName, PluginChoice>>>,
): (() => RunExporter)[] =>
  (Object.keys(PLUGINS) as PluginName[]).flatMap(name => {
    const choice = choices[name]
    if (choice === undefined || choice === false) return []
    if (choice !== true && (typeof choice !== 'object' || choice === null))
      throw new OptionError(name, choice, `true, false or an object of options of ${PLUGINS[name]}`)
    const factory = load(name)
    const create = (): RunExporter => factory(choice === true ? {} : choice)
    // A wrong option is said now; each run gets an exporter of its own.
    create()
    return [create]
  })
