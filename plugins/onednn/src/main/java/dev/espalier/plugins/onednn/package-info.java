/**
 * Matrix products by Intel's oneDNN through the foreign function interface. The library is not part
 * of Espalier: it is looked for when a backend asks.
 */
@NullMarked
package dev.espalier.plugins.onednn;

import org.jspecify.annotations.NullMarked;
