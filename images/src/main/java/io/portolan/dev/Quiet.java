package io.portolan.dev;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The console belongs to the story; warnings still show. */
final class Quiet {
    private static final Logger ROOT = Logger.getLogger("");

    private Quiet() {}

    static void libraries() {
        LogManager.getLogManager().reset();
        java.util.logging.ConsoleHandler console = new java.util.logging.ConsoleHandler();
        console.setLevel(Level.WARNING);
        ROOT.addHandler(console);
        ROOT.setLevel(Level.WARNING);
    }
}
