/** What betrays an operating system: its name and relatives, what only it has, how it writes paths and devices. */
const SIGNS = {
  windows:
    /\b(?:windows|win(?:10|11|32|64|20\d\d)|powershell|cmdlets?|ntfs|wmi|winrm|iis|hyper-v|active directory|[\w-]+\.(?:exe|msi))\b|(?:^|[\s"'])[a-z]:(?:\\|\s|$)|\\\\\w|\bkb\d{6,7}\b/i,
  linux:
    /\b(?:linux|ubuntu|debian|rhel|red ?hat|centos|fedora|rocky|almalinux|suse|systemd|sudo|bash|eth\d|ens\d+|wlan\d|vg\d)\b|(?:^|[\s"'=])\/(?:var|etc|dev|home|opt|srv|usr|tmp|mnt|proc|boot|root|lib)\b/i,
} as const;

export type OperatingSystem = keyof typeof SIGNS;

/** The one operating system that a query is about; null when it shows none, or both. */
export function meantPlatform(query: string): OperatingSystem | null {
  const [isWindows, isLinux] = [SIGNS.windows.test(query), SIGNS.linux.test(query)];
  return isWindows === isLinux ? null : isWindows ? 'windows' : 'linux';
}

/** Tools of the other operating system; those of no operating system, as a scheduler's, are of every. */
export function isOtherPlatform(platform: string, meant: OperatingSystem): boolean {
  return platform !== meant && platform in SIGNS;
}
