/** Training steps beside the same steps in PyTorch, each in a process of its own. */
@NullMarked
package dev.espalier.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
