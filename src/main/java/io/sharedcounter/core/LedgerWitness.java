package io.sharedcounter.core;

/** Passes on to the listener of a table what its ledger tells. Thread-safe. */
final class LedgerWitness implements Ledger.Witness {
  private final CounterTable table;

  LedgerWitness(CounterTable table) {
    this.table = table;
  }

  @Override
  public void existenceChanged(String name) {
    table.existenceChanged(name);
  }

  @Override
  public void imported(Imported change) {
    table.listener().imported(table.find(change.name()), change);
  }

  @Override
  public void locked(String name, HeldLock lock) {
    table.listener().locked(table.find(name), lock);
  }

  @Override
  public void unlocked(String name, HeldLock lock) {
    table.listener().unlocked(table.find(name), lock);
  }

  @Override
  public void stateChanged(String state) {
    table.listener().stateChanged(state);
  }
}
