/* Time: the server's clock as seen from here, ages, and minutes left. All pure except `sync`. */
(function (cloud) {
  "use strict";
  const SAMPLES = 4;
  const offsets = [];
  const formats = {};

  /** Learn the server's clock: delay only ever makes a stamp look older, so the largest offset is nearest. */
  function sync(serverTime) {
    offsets.push(Date.parse(serverTime) - Date.now());
    if (offsets.length > SAMPLES) offsets.shift();
  }

  /** Milliseconds of the server's clock now. */
  function now() {
    return Date.now() + (offsets.length ? Math.max(...offsets) : 0);
  }

  /** "12秒前", "3分前", "5小时前", "2天前"; an unknown instant has no age. */
  function age(iso, at) {
    if (!iso) return "无记录";
    const word = span(Math.max(0, at - Date.parse(iso)) / 1000);
    return word + "前";
  }

  /** "15 秒", "2 分", "3 小时", "4 天" for a number of seconds. */
  function span(seconds) {
    if (seconds < 60) return Math.floor(seconds) + " 秒";
    if (seconds < 3600) return Math.floor(seconds / 60) + " 分";
    if (seconds < 86400) return Math.floor(seconds / 3600) + " 小时";
    return Math.floor(seconds / 86400) + " 天";
  }

  /** Whole minutes until an instant, rounded down: 30 s too late is −1. */
  function minutesLeft(iso, at) {
    return iso ? Math.floor((Date.parse(iso) - at) / 60000) : null;
  }

  /** "−12 分", "03 分", "1 时 20 分", "2 天"; none without a limit. */
  function left(minutes) {
    if (minutes === null) return "无时限";
    const sign = minutes < 0 ? "−" : "";
    const m = Math.abs(minutes);
    if (m < 60) return sign + (sign || m > 9 ? m : "0" + m) + " 分";
    if (m < 600) return sign + Math.floor(m / 60) + " 时" + (sign ? "" : " " + pad(m % 60) + " 分");
    if (m < 1440) return sign + Math.floor(m / 60) + " 时";
    return sign + Math.floor(m / 1440) + " 天";
  }

  /** The tone of minutes left: overdue, due soon, or none. */
  function tone(minutes) {
    if (minutes === null) return "";
    return minutes < 0 ? "bad" : minutes < 15 ? "soon" : "";
  }

  /** "17:30" today, "明日 10:00", else "11月25日 10:00"; both in milliseconds. */
  function when(at, now, zone) {
    const [then, today, tomorrow] = [at, now, now + 86400000].map((instant) => stamp(instant, zone));
    if (then.day === today.day) return then.minute;
    return `${then.day === tomorrow.day ? "明日" : then.day} ${then.minute}`;
  }

  /** When something was written down: "17:20:31" today, else "11月24日 17:20"; both in milliseconds. */
  function record(at, now, zone) {
    const [then, today] = [at, now].map((instant) => stamp(instant, zone));
    return then.day === today.day ? then.time : `${then.day} ${then.minute}`;
  }

  function pad(number) {
    return String(number).padStart(2, "0");
  }

  /** The parts of an instant in a zone, as the screens write them: date, weekday, time. */
  function stamp(at, zone) {
    const parts = {};
    for (const part of format(zone).formatToParts(new Date(at))) parts[part.type] = part.value;
    return {
      date: `${Number(parts.month)}月${Number(parts.day)}日 ${parts.weekday}`,
      day: `${Number(parts.month)}月${Number(parts.day)}日`,
      time: `${parts.hour}:${parts.minute}:${parts.second}`,
      minute: `${parts.hour}:${parts.minute}`,
    };
  }

  function format(zone) {
    if (!formats[zone]) {
      formats[zone] = new Intl.DateTimeFormat("zh-CN", {
        timeZone: zone, hourCycle: "h23", month: "numeric", day: "numeric", weekday: "short",
        hour: "2-digit", minute: "2-digit", second: "2-digit",
      });
    }
    return formats[zone];
  }

  cloud.clock = { sync, now, age, span, minutesLeft, left, tone, when, record, stamp };
})((window.cloud = window.cloud || {}));
