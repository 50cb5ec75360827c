// Made by Scripts/setting-help from the comments of the settings; do not edit.

/// What each setting means, by type and property, from its comment in the source.
let settingHelp: [String: [String: String]] = [:]
