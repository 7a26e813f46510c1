/** What is promised of costs and can be counted; nothing is measured here. */
@NullMarked
package dev.espalier.benchmarks.costs;

import org.jspecify.annotations.NullMarked;
