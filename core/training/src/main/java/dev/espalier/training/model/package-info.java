/**
 * The models {@code mlp}, {@code cnn} and {@code gpt}, built of layers from their hyperparameters.
 */
@NullMarked
package dev.espalier.training.model;

import org.jspecify.annotations.NullMarked;
