/**
 * Namespaces that survive: the archive of every transaction, snapshots, history, verification,
 * copies, and documents. Keeps each namespace in one SQLite file. Needs {@code java.sql} and, only
 * when a namespace asks for it, the jar {@code org.xerial:sqlite-jdbc}.
 */
@NullMarked
package io.sharedcounter.archive;

import org.jspecify.annotations.NullMarked;
