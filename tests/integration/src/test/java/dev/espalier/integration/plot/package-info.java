/** Charts, read by a parser of XML, which the modules of the program do not need. */
@NullMarked
package dev.espalier.integration.plot;

import org.jspecify.annotations.NullMarked;
