/** What a plugin is, what it may contribute, and how its hyperparameters are read. */
@NullMarked
package dev.espalier.api.plugin;

import org.jspecify.annotations.NullMarked;
