/** What we say we are: one place for the versions in beacons, metadata and `-v`. */

/** Our own version. */
export const GANGLION_VERSION = "0.1.0";

/** The release of Ceph whose ceph-mgr we stand in for. */
export const CEPH_VERSION_SHORT = "16.2.15";

/** Its name: key `ceph_release` of the metadata. */
export const CEPH_RELEASE = "pacific";

/** Its number: key of always_on_modules in the MgrMap. */
export const CEPH_RELEASE_NUMBER = 16;

/**
 * Key `ceph_version` of the metadata and what `ceph-mgr -v` prints. `ceph versions` and `ceph mgr versions` count by
 * the whole text; readers that split it take the third word as the version and the word before the last as the release.
 */
export const CEPH_VERSION =
  `ceph version ${CEPH_VERSION_SHORT} (ganglion-${GANGLION_VERSION}) ${CEPH_RELEASE} (stable)`;
