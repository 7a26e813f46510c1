/** What runs compiled graphs: backends, executables and buffers. */
@NullMarked
package dev.espalier.api.backend;

import org.jspecify.annotations.NullMarked;
