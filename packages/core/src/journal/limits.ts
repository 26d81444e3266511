/** Beyond this no figure of a machine or a grid lies; a damaged one there would make products of them infinite. */
export const MOST = 1e18
