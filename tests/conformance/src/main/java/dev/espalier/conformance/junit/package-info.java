/** The rules as tests of JUnit: a class of your own extends one of these. */
@NullMarked
package dev.espalier.conformance.junit;

import org.jspecify.annotations.NullMarked;
