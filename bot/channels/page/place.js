// Where the resident stands, asked of the browser; every failure is a sentence.

const INSTEAD = "请直接写下路名、小区、楼号。";
const DENIED = "我看不到您的定位。可以在手机设置里允许定位，也可以直接写下路名、小区、楼号。";
const NOT_FOUND = `暂时找不到您的位置。${INSTEAD}`;
const NOT_HERE = `这里用不了定位。${INSTEAD}`;
const OPTIONS = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 };

/** Resolves to { lat, lon, within: metres }; rejects with an Error whose message can be shown. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || !isSecureContext) return reject(new Error(NOT_HERE));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(rounded(coords)),
      (error) => reject(new Error(error.code === error.PERMISSION_DENIED ? DENIED : NOT_FOUND)),
      OPTIONS,
    );
  });
}

function rounded({ latitude, longitude, accuracy }) {
  return { lat: Number(latitude.toFixed(6)), lon: Number(longitude.toFixed(6)), within: Math.round(accuracy) };
}
