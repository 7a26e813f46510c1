/** The learning-rate schedules that come with Espalier, one file each. */
@NullMarked
package dev.espalier.plugins.schedules;

import org.jspecify.annotations.NullMarked;
