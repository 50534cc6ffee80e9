{
  "targets": [
    {
      "target_name": "tgtctl",
      "sources": [
        "native/src/background.cc",
        "native/src/files.cc",
        "native/src/memory.cc",
        "native/src/operations.cc",
        "native/src/pieces.cc",
        "native/src/race.cc",
        "native/src/scheduling.cc",
        "native/src/scsi.cc",
        "native/src/shim.cc",
        "native/src/simulator.cc",
        "native/src/sleepers.cc",
        "native/src/spin.cc",
        "native/src/wait.cc",
        "native/src/waiter.cc",
        "native/sim/sim.c",
        "native/sim/sim_file.c",
        "native/sim/sim_initiator.c",
        "native/sim/sim_kuring.c",
        "native/sim/sim_memory.c",
        "native/sim/sim_probe.c",
        "native/sim/sim_quirk.c",
        "native/sim/sim_receive.c",
        "native/sim/sim_slots.c",
        "native/sim/sim_table.c",
        "native/sim/sim_tmf.c",
        "native/sim/sim_wait.c",
        "native/sim/sim_workload.c"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")", "kernel", "native/sim"],
      "cflags": ["-O2", "-Wall", "-Wextra", "-fvisibility=hidden", "-pthread"],
      "cflags_c": ["-std=c11"],
      "cflags_cc": ["-std=c++17", "-fexceptions"],
      "cflags_cc!": ["-fno-exceptions"],
      "ldflags": ["-Wl,-z,nodelete", "-pthread"],
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_CPP_EXCEPTIONS"]
    }
  ]
}
