// Entries that must survive a lost network.
