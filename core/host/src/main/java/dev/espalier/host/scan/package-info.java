/**
 * What the code in jars can do, read from its class files without loading them.
 *
 * <p>Such a scan shows what the code names: each method of the JDK that an instruction, a method
 * reference or a constant of a class file mentions. It does not show what is done with it, nor
 * whether it is ever reached. And it cannot show what has no name there: code that uses reflection,
 * native code, defines classes or loads services can do anything else besides, on purpose unseen.
 * What is found is a reason to ask; that nothing is found is no proof of harmlessness. A plugin has
 * every right that the program has.
 */
@NullMarked
package dev.espalier.host.scan;

import org.jspecify.annotations.NullMarked;
