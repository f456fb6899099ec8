//! The 28 land categories (지목).

/// A land category (지목), one of the 28 of the law.
///
/// # Source
///
/// 공간정보의 구축 및 관리 등에 관한 법률, article 67; signs: its enforcement rule (시행규칙), article 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Jimok {
    /// 전: dry field.
    DryField,
    /// 답: paddy field.
    PaddyField,
    /// 과수원: orchard.
    Orchard,
    /// 목장용지: pasture.
    Pasture,
    /// 임야: forest land.
    Forest,
    /// 광천지: mineral spring.
    MineralSpring,
    /// 염전: salt field.
    SaltField,
    /// 대: building site.
    BuildingSite,
    /// 공장용지: factory site.
    FactorySite,
    /// 학교용지: school site.
    SchoolSite,
    /// 주차장: parking lot.
    ParkingLot,
    /// 주유소용지: filling station.
    FillingStation,
    /// 창고용지: warehouse site.
    WarehouseSite,
    /// 도로: road.
    Road,
    /// 철도용지: railway.
    Railway,
    /// 제방: embankment.
    Embankment,
    /// 하천: river.
    River,
    /// 구거: ditch.
    Ditch,
    /// 유지: reservoir.
    Reservoir,
    /// 양어장: fish farm.
    FishFarm,
    /// 수도용지: waterworks.
    Waterworks,
    /// 공원: park.
    Park,
    /// 체육용지: sports ground.
    SportsGround,
    /// 유원지: amusement park.
    AmusementPark,
    /// 종교용지: religious site.
    ReligiousSite,
    /// 사적지: historic site.
    HistoricSite,
    /// 묘지: cemetery.
    Cemetery,
    /// 잡종지: miscellaneous land.
    Miscellaneous,
}

/// Category, sign on the map, full name; in the order of their codes.
const TABLE: [(Jimok, &str, &str); 28] = [
    (Jimok::DryField, "전", "전"),
    (Jimok::PaddyField, "답", "답"),
    (Jimok::Orchard, "과", "과수원"),
    (Jimok::Pasture, "목", "목장용지"),
    (Jimok::Forest, "임", "임야"),
    (Jimok::MineralSpring, "광", "광천지"),
    (Jimok::SaltField, "염", "염전"),
    (Jimok::BuildingSite, "대", "대"),
    (Jimok::FactorySite, "장", "공장용지"),
    (Jimok::SchoolSite, "학", "학교용지"),
    (Jimok::ParkingLot, "차", "주차장"),
    (Jimok::FillingStation, "주", "주유소용지"),
    (Jimok::WarehouseSite, "창", "창고용지"),
    (Jimok::Road, "도", "도로"),
    (Jimok::Railway, "철", "철도용지"),
    (Jimok::Embankment, "제", "제방"),
    (Jimok::River, "천", "하천"),
    (Jimok::Ditch, "구", "구거"),
    (Jimok::Reservoir, "유", "유지"),
    (Jimok::FishFarm, "양", "양어장"),
    (Jimok::Waterworks, "수", "수도용지"),
    (Jimok::Park, "공", "공원"),
    (Jimok::SportsGround, "체", "체육용지"),
    (Jimok::AmusementPark, "원", "유원지"),
    (Jimok::ReligiousSite, "종", "종교용지"),
    (Jimok::HistoricSite, "사", "사적지"),
    (Jimok::Cemetery, "묘", "묘지"),
    (Jimok::Miscellaneous, "잡", "잡종지"),
];

const CODES: [&str; 28] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23", "24", "25", "26", "27", "28",
];

impl Jimok {
    /// All categories in the order of their codes.
    pub const ALL: [Self; 28] = {
        let mut all = [Self::DryField; 28];
        let mut idx = 0;
        while idx < all.len() {
            all[idx] = TABLE[idx].0;
            idx += 1;
        }
        all
    };

    /// The category of a one-syllable sign (부호), such as 대 or 장; `None` for any other text.
    #[must_use]
    pub fn from_sign(sign: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == sign).map(|row| row.0)
    }

    /// The category of a full name, such as 공장용지; `None` for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.2 == name).map(|row| row.0)
    }

    /// The sign on the map, one syllable: the first of the name, for 공장용지, 주차장, 하천 and 유원지 the second.
    #[must_use]
    pub fn sign(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// The full name.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self as usize].2
    }

    /// The two-digit code, "01" to "28".
    #[must_use]
    pub fn code(self) -> &'static str {
        CODES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_found_by_its_sign_and_name() {
        let mut signs = std::collections::HashSet::new();
        for (idx, jimok) in Jimok::ALL.into_iter().enumerate() {
            assert_eq!(jimok as usize, idx);
            assert_eq!(TABLE[idx].0, jimok);
            assert_eq!(Jimok::from_sign(jimok.sign()), Some(jimok));
            assert_eq!(Jimok::from_name(jimok.name()), Some(jimok));
            assert_eq!(jimok.code(), format!("{:02}", idx + 1));
            assert!(jimok.name().contains(jimok.sign()));
            assert!(signs.insert(jimok.sign()));
        }
    }

    #[test]
    fn four_signs_are_the_second_syllable() {
        let second: Vec<_> = Jimok::ALL
            .into_iter()
            .filter(|jimok| !jimok.name().starts_with(jimok.sign()))
            .map(Jimok::code)
            .collect();
        assert_eq!(second, ["09", "11", "17", "24"]);
    }

    #[test]
    fn other_syllables_are_no_category() {
        for text in ["", "가", "대지", " 대", "08", "산"] {
            assert_eq!(Jimok::from_sign(text), None, "{text:?}");
        }
        assert_eq!(Jimok::from_name("과"), None);
    }
}
