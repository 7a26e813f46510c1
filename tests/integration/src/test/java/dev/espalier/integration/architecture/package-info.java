/**
 * The rules of the house: which part may use which, as tests over classes and module descriptors.
 */
@NullMarked
package dev.espalier.integration.architecture;

import org.jspecify.annotations.NullMarked;
