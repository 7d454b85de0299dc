/** What the window's process prints once the system gave it a display: from then on its end is its own business. */
export const readyLine = 'Plugboard opens its window.'
