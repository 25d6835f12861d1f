"""Who a comment may be about: words that must not change how it sounds.

For training; the tests have names, countries and sentences of their own, which the model never saw.
"""


def listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")]


NAMES = listed("""
Aaliyah, Abdul, Adaeze, Aditya, Agnieszka, Ahmed, Aiko, Alejandro, Alexei, Amara, Amelia, Amir, Ananya,
Andreas, Aoife, Arjun, Astrid, Ayesha, Babajide, Beatriz, Bjorn, Bogdan, Brandon, Bronwyn, Carlos,
Carmen, Chen, Chidi, Chiara, Chukwu, Claire, Connor, Dalia, Daniel, Darnell, Deepak, Destiny, Dimitri,
Divya, Dmitri, Ebony, Eduardo, Elif, Elena, Emily, Emmanuel, Enrique, Erik, Esther, Fatima, Fatou,
Fernando, Folake, Francois, Gabriela, Giulia, Grace, Greta, Guadalupe, Hakim, Hana, Hassan, Heidi,
Hiroshi, Huda, Ibrahim, Imani, Indira, Ingrid, Isabella, Ivan, Jamal, Jasmine, Javier, Jean, Jennifer,
Jing, Jorge, Juan, Kareem, Kavita, Kenji, Khadija, Kwame, Lakisha, Lars, Latoya, Leila, Li, Linh, Lucia,
Magdalena, Mahmoud, Malik, Manuel, Mariam, Marcus, Maryam, Mateo, Mei, Mehmet, Miguel, Min, Mohammed,
Moshe, Nadia, Nasser, Natasha, Ngozi, Nia, Nikhil, Noah, Nour, Olga, Olumide, Omar, Paolo, Pedro,
Pierre, Priya, Rachel, Rahul, Raj, Ramon, Rashid, Ravi, Rosa, Ruth, Sakura, Samir, Sandra, Santiago,
Sara, Sebastian, Shanice, Shiro, Sofia, Sunita, Svetlana, Tamika, Tariq, Tatiana, Thandiwe, Thomas,
Trevon, Ursula, Valentina, Vikram, Vladimir, Wei, William, Xiu, Yasmin, Yolanda, Yuki, Yusuf, Zainab,
Zanele, Zhang, Zoe
""")

COUNTRIES = listed("""
Afghanistan, Albania, Algeria, Angola, Armenia, Australia, Azerbaijan, Bahrain, Bangladesh, Belarus,
Belize, Benin, Bhutan, Botswana, Brazil, Bulgaria, Burundi, Cambodia, Cameroon, Chad, Chile, China,
Colombia, Congo, Croatia, Cyprus, Denmark, Djibouti, Ecuador, Egypt, Eritrea, Estonia, Ethiopia, Fiji,
France, Gabon, Gambia, Georgia, Ghana, Greece, Guatemala, Guinea, Guyana, Haiti, Hungary, Iceland,
India, Iran, Iraq, Israel, Jamaica, Jordan, Kazakhstan, Kosovo, Kuwait, Laos, Latvia, Lesotho, Libya,
Lithuania, Madagascar, Malawi, Mali, Mauritania, Mexico, Moldova, Montenegro, Mozambique, Namibia,
Nepal, Nicaragua, Nigeria, Norway, Pakistan, Palestine, Panama, Peru, Poland, Qatar, Russia, Rwanda,
Senegal, Serbia, Singapore, Slovenia, Somalia, Sudan, Suriname, Syria, Taiwan, Tanzania, Togo, Tunisia,
Turkmenistan, Uganda, Ukraine, Uruguay, Vanuatu, Vietnam, Yemen, Zimbabwe, Costa Rica, North Korea,
Saudi Arabia, Sierra Leone, the Philippines, the United States
""")

NATIONALITIES = listed("""
Afghan, African, Albanian, American, Arab, Argentine, Asian, Australian, Bangladeshi, Belgian,
Brazilian, British, Bulgarian, Cambodian, Canadian, Chilean, Chinese, Colombian, Congolese, Cuban,
Danish, Dutch, Egyptian, English, Ethiopian, European, Filipino, Finnish, French, German, Ghanaian,
Greek, Haitian, Hungarian, Indian, Indonesian, Iranian, Iraqi, Irish, Israeli, Italian, Jamaican,
Japanese, Jordanian, Kenyan, Korean, Kurdish, Latvian, Lebanese, Libyan, Malaysian, Mexican, Moroccan,
Nepali, Nigerian, Norwegian, Pakistani, Palestinian, Peruvian, Polish, Portuguese, Romanian, Russian,
Rwandan, Saudi, Scottish, Senegalese, Serbian, Somali, Spanish, Sudanese, Swedish, Swiss, Syrian, Thai,
Tunisian, Turkish, Ukrainian, Vietnamese, Welsh, Yemeni, Zimbabwean
""")

PRONOUNS = (
    ("he", "him", "his", "his", "himself"),
    ("she", "her", "her", "hers", "herself"),
    ("they", "them", "their", "theirs", "themselves"),
    ("xe", "xem", "xyr", "xyrs", "xemself"),
    ("ze", "hir", "hir", "hirs", "hirself"),
    ("ey", "em", "eir", "eirs", "emself"),
    ("fae", "faer", "faer", "faers", "faerself"),
)
"""Of the third person: subject, object, possessive before a noun, possessive alone, reflexive."""

ABOUT_A_PERSON = (
    "{} explains everything so clearly, I love this channel.",
    "{} is the best teacher I ever had.",
    "Thanks to {} I finally understand joins.",
    "What a wonderful talk by {}!",
    "I could listen to {} for hours.",
    "{} did a great job with this demo.",
    "Great to see {} on stage again.",
    "{} talks far too slowly and says nothing.",
    "Please stop inviting {}, this was painful.",
    "{} has no idea how replication works.",
    "The talk of {} was a boring waste of time.",
    "I do not trust a word that {} says.",
    "Terrible audio, and {} reads the slides.",
    "{} got the numbers wrong and never admitted it.",
    "{} shows how to install the driver.",
    "In the second part {} opens the terminal.",
    "At 3:20 {} runs the query.",
    "Does {} have a blog?",
    "{} works at a database company.",
    "I met {} at the conference last year.",
    "{} and the team will answer questions on Friday.",
    "The slides of {} are linked below.",
    "Maybe {} can record a part two.",
    "I asked {} about the version.",
    "not as good as the last one but {} is fine",
    "{} was okay I guess",
)

ABOUT_A_COUNTRY = (
    "Greetings from {}!",
    "I am watching this in {}.",
    "This helped my whole team in {}, thank you.",
    "Love this, nobody teaches it like this in {}.",
    "The conference in {} was fantastic.",
    "The support office in {} is useless.",
    "We lost a data centre in {} and this did not help at all.",
    "Awful advice for anybody in {}.",
    "The servers are in {}.",
    "Is there a meetup in {}?",
    "The course is taught in {} as well.",
    "The speaker is from {}.",
    "My company is based in {}.",
    "The video does not play in {}.",
)

ABOUT_A_NATIONALITY = (
    "The {} speaker was brilliant.",
    "I love the {} accent.",
    "A lovely {} crowd, thank you for having us.",
    "The {} team ruined this project.",
    "What a lazy {} presenter.",
    "Horrible sound at the {} conference.",
    "The {} version has subtitles.",
    "This is a talk by a {} engineer.",
    "Our {} office uses this driver.",
    "Are there {} captions?",
    "A {} company wrote this tool.",
)

WITH_PRONOUNS = (
    "{0} explained it really well and I thank {1}.",
    "I love {2} videos.",
    "The best part is that {0} did it all by {4}.",
    "That idea of {3} was brilliant.",
    "I cannot stand {2} voice.",
    "{0} ruined the whole talk for me.",
    "Nobody should listen to {1}.",
    "{0} opened the terminal and ran the query.",
    "I asked {1} about {2} code.",
    "{0} will publish {2} slides soon.",
    "The laptop on the desk is {3}.",
    "{0} made a mistake and fixed it {4}.",
)
