/** Run files: read from YAML, checked key by key, with what was meant where a key is wrong. */
@NullMarked
package dev.espalier.training.config;

import org.jspecify.annotations.NullMarked;
