/** The backend in pure Java: graphs as fused loops and matrix products on worker threads. */
@NullMarked
package dev.espalier.backend.cpu;

import org.jspecify.annotations.NullMarked;
