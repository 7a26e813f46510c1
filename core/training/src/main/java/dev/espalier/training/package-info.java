/** What a run is composed of: the extensions that models and steps are made with. */
@NullMarked
package dev.espalier.training;

import org.jspecify.annotations.NullMarked;
