import { DATA_VERSION } from './data/version.gen.js'

/** Version of this package. A test compares it with package.json. */
export const PACKAGE_VERSION = '0.1.0'

/** Version of the formulas and bands in docs/methodology.md. */
export const METHODOLOGY_VERSION = '1'

export { DATA_VERSION }
