// SPDX-License-Identifier: MIT
// What the letters of the maps mean, for the help and the man page.

export const LEGEND = [
  "#  a CMD_REQ whose answer is kept back",
  "q d t  last held CMD_REQ, CMD_DONE, TSK_MGMT_REQ; free again",
  "r m    last held CMD_RSP, TSK_MGMT_RSP; free again",
  "upper case: published, not consumed      !  something is wrong",
  ". never used   underlined: producer   inverse: consumer   bright: new",
];
