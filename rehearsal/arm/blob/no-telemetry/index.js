// Azurite loads its telemetry client also where telemetry is off, and the real one loads 150 packages: more than half of
// what starting the simulated Azure took. package.json puts this in its place.
