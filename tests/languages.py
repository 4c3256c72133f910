"""Notes in five languages for tests: twenty short sections each, with a question about each in other words."""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    """A section of a note, and a question that it answers."""

    title: str
    text: str
    question: str


FRENCH = [
    Fact(
        "Photosynthèse",
        "Les plantes transforment la lumière du soleil en sucre dans leurs chloroplastes.",
        "Où les plantes transforment-elles la lumière ?",
    ),
    Fact(
        "Respiration",
        "La cellule brûle le glucose avec de l'oxygène et libère du gaz carbonique.",
        "Qu'est-ce que la cellule brûle avec l'oxygène ?",
    ),
    Fact(
        "Mitose",
        "Une cellule mère se divise en deux cellules filles identiques.",
        "Combien de cellules filles donne la division d'une cellule mère ?",
    ),
    Fact("Tectonique", "Les plaques de la lithosphère glissent sur l'asthénosphère plus molle.", "Sur quoi glissent les plaques ?"),
    Fact("Volcans", "Le magma remonte par la cheminée et sort sous forme de lave.", "Par où remonte le magma ?"),
    Fact("Marées", "L'attraction de la Lune soulève les océans deux fois par jour.", "Pourquoi les océans se soulèvent-ils ?"),
    Fact(
        "Inertie",
        "Un corps sans force extérieure garde une vitesse constante.",
        "Que fait un corps sur lequel n'agit aucune force extérieure ?",
    ),
    Fact("Pression", "La pression est le quotient d'une force par la surface pressée.", "Comment calcule-t-on la pression ?"),
    Fact(
        "Loi d'Ohm",
        "La tension aux bornes d'un conducteur est le produit de la résistance et du courant.",
        "Quel est le lien entre tension, résistance et courant ?",
    ),
    Fact("Intégrale", "L'intégrale d'une fonction positive mesure l'aire sous sa courbe.", "Que mesure l'intégrale d'une fonction ?"),
    Fact("Dérivée", "La dérivée donne la pente de la tangente en un point.", "Que donne la dérivée en un point ?"),
    Fact("Suites", "Une suite converge si ses termes s'approchent d'une limite finie.", "Quand une suite converge-t-elle ?"),
    Fact("Révolution", "La prise de la Bastille eut lieu le 14 juillet 1789.", "Quand la Bastille fut-elle prise ?"),
    Fact(
        "Gutenberg", "L'imprimerie à caractères mobiles fut mise au point à Mayence vers 1450.", "Où l'imprimerie fut-elle mise au point ?"
    ),
    Fact(
        "Inflation",
        "La hausse générale des prix réduit le pouvoir d'achat des ménages.",
        "Quel effet a la hausse des prix sur les ménages ?",
    ),
    Fact("Monopole", "Une seule entreprise vend le produit et fixe son prix.", "Qui fixe le prix quand une seule entreprise vend ?"),
    Fact("Sonnet", "Le sonnet compte quatorze vers, deux quatrains et deux tercets.", "Combien de vers compte un sonnet ?"),
    Fact(
        "Métaphore",
        "La métaphore compare deux choses sans mot de comparaison.",
        "Quelle figure compare deux choses sans mot de comparaison ?",
    ),
    Fact("Pile", "La pile rend d'abord l'élément déposé en dernier.", "Quel élément la pile rend-elle d'abord ?"),
    Fact("Compilateur", "Le compilateur traduit le code source en langage machine.", "En quoi le compilateur traduit-il le code source ?"),
]
GERMAN = [
    Fact("Photosynthese", "Pflanzen bauen in ihren Chloroplasten mit Licht Zucker auf.", "Wo bauen Pflanzen Zucker auf?"),
    Fact(
        "Zellatmung",
        "Die Zelle verbrennt Traubenzucker mit Sauerstoff und gibt Kohlendioxid ab.",
        "Was gibt die Zelle ab, wenn sie Traubenzucker verbrennt?",
    ),
    Fact(
        "Mitose", "Aus einer Mutterzelle entstehen zwei gleiche Tochterzellen.", "Wie viele Tochterzellen entstehen aus einer Mutterzelle?"
    ),
    Fact("Plattentektonik", "Die Platten der Lithosphäre gleiten auf der weicheren Asthenosphäre.", "Worauf gleiten die Platten?"),
    Fact("Vulkane", "Das Magma steigt durch den Schlot auf und tritt als Lava aus.", "Wodurch steigt das Magma auf?"),
    Fact("Gezeiten", "Die Anziehung des Mondes hebt das Meer zweimal am Tag.", "Warum hebt sich das Meer zweimal am Tag?"),
    Fact(
        "Trägheit", "Ein Körper ohne äußere Kraft behält seine Geschwindigkeit.", "Was behält ein Körper, auf den keine äußere Kraft wirkt?"
    ),
    Fact("Druck", "Der Druck ist der Quotient aus Kraft und gedrückter Fläche.", "Wie berechnet man den Druck?"),
    Fact(
        "Ohmsches Gesetz",
        "Die Spannung an einem Leiter ist das Produkt aus Widerstand und Strom.",
        "Wie hängen Spannung, Widerstand und Strom zusammen?",
    ),
    Fact(
        "Integral", "Das Integral einer positiven Funktion misst die Fläche unter ihrem Graphen.", "Was misst das Integral einer Funktion?"
    ),
    Fact("Ableitung", "Die Ableitung gibt die Steigung der Tangente in einem Punkt an.", "Was gibt die Ableitung in einem Punkt an?"),
    Fact("Folgen", "Eine Folge konvergiert, wenn sich ihre Glieder einem Grenzwert nähern.", "Wann konvergiert eine Folge?"),
    Fact("Wende", "Die Berliner Mauer fiel am 9. November 1989.", "Wann fiel die Berliner Mauer?"),
    Fact(
        "Buchdruck",
        "Der Druck mit beweglichen Lettern wurde um 1450 in Mainz entwickelt.",
        "Wo wurde der Druck mit beweglichen Lettern entwickelt?",
    ),
    Fact("Inflation", "Der allgemeine Anstieg der Preise senkt die Kaufkraft der Haushalte.", "Was senkt die Kaufkraft der Haushalte?"),
    Fact(
        "Monopol",
        "Ein einziges Unternehmen verkauft das Gut und bestimmt den Preis.",
        "Wer bestimmt den Preis, wenn nur ein Unternehmen verkauft?",
    ),
    Fact("Sonett", "Das Sonett hat vierzehn Verse, zwei Quartette und zwei Terzette.", "Wie viele Verse hat ein Sonett?"),
    Fact(
        "Metapher", "Die Metapher vergleicht zwei Dinge ohne ein Vergleichswort.", "Welche Figur vergleicht zwei Dinge ohne Vergleichswort?"
    ),
    Fact(
        "Stapel", "Der Stapel gibt zuerst das Element zurück, das zuletzt abgelegt wurde.", "Welches Element gibt der Stapel zuerst zurück?"
    ),
    Fact(
        "Übersetzer", "Der Compiler übersetzt den Quelltext in Maschinensprache.", "In welche Sprache übersetzt der Compiler den Quelltext?"
    ),
]
SPANISH = [
    Fact(
        "Fotosíntesis",
        "Las plantas convierten la luz del sol en azúcar dentro de los cloroplastos.",
        "¿Dónde convierten las plantas la luz en azúcar?",
    ),
    Fact("Respiración", "La célula quema glucosa con oxígeno y libera dióxido de carbono.", "¿Qué libera la célula cuando quema glucosa?"),
    Fact("Mitosis", "Una célula madre se divide en dos células hijas iguales.", "¿En cuántas células hijas se divide una célula madre?"),
    Fact("Tectónica", "Las placas de la litosfera se deslizan sobre la astenosfera más blanda.", "¿Sobre qué se deslizan las placas?"),
    Fact("Volcanes", "El magma sube por la chimenea y sale como lava.", "¿Por dónde sube el magma?"),
    Fact("Mareas", "La atracción de la Luna levanta los océanos dos veces al día.", "¿Por qué se levantan los océanos?"),
    Fact("Inercia", "Un cuerpo sin fuerza exterior mantiene su velocidad constante.", "¿Qué mantiene un cuerpo sin fuerza exterior?"),
    Fact("Presión", "La presión es el cociente entre la fuerza y la superficie.", "¿Cómo se calcula la presión?"),
    Fact(
        "Ley de Ohm",
        "La tensión en un conductor es el producto de la resistencia y la corriente.",
        "¿Qué relación hay entre tensión, resistencia y corriente?",
    ),
    Fact("Integral", "La integral de una función positiva mide el área bajo su curva.", "¿Qué mide la integral de una función?"),
    Fact("Derivada", "La derivada da la pendiente de la tangente en un punto.", "¿Qué da la derivada en un punto?"),
    Fact("Sucesiones", "Una sucesión converge si sus términos se acercan a un límite finito.", "¿Cuándo converge una sucesión?"),
    Fact("Imperio", "La armada de Felipe II fue derrotada en el año 1588.", "¿En qué año fue derrotada la armada?"),
    Fact("Imprenta", "La imprenta de tipos móviles se desarrolló en Maguncia hacia 1450.", "¿Dónde se desarrolló la imprenta?"),
    Fact(
        "Inflación",
        "La subida general de los precios reduce el poder de compra de los hogares.",
        "¿Qué reduce el poder de compra de los hogares?",
    ),
    Fact("Monopolio", "Una sola empresa vende el producto y fija su precio.", "¿Quién fija el precio si una sola empresa vende?"),
    Fact("Soneto", "El soneto tiene catorce versos, dos cuartetos y dos tercetos.", "¿Cuántos versos tiene un soneto?"),
    Fact(
        "Metáfora", "La metáfora compara dos cosas sin palabra de comparación.", "¿Qué figura compara dos cosas sin palabra de comparación?"
    ),
    Fact("Pila", "La pila devuelve primero el elemento que se guardó el último.", "¿Qué elemento devuelve primero la pila?"),
    Fact(
        "Compilador",
        "El compilador traduce el código fuente a lenguaje máquina.",
        "¿A qué lenguaje traduce el compilador el código fuente?",
    ),
]
JAPANESE = [
    Fact("光合成", "植物は葉緑体で光のエネルギーを使って糖をつくる。", "植物は糖をどこでつくりますか。"),
    Fact("呼吸", "細胞は酸素を使ってブドウ糖を分解し、二酸化炭素を出す。", "細胞はブドウ糖を分解すると何を出しますか。"),
    Fact("細胞分裂", "一つの母細胞から同じ二つの娘細胞ができる。", "母細胞から娘細胞はいくつできますか。"),
    Fact("プレート", "岩石圏のプレートはやわらかい岩流圏の上を動く。", "プレートは何の上を動きますか。"),
    Fact("火山", "マグマは火道を通って上昇し、溶岩として流れ出る。", "マグマはどこを通って上昇しますか。"),
    Fact("潮汐", "月の引力によって海面は一日に二回高くなる。", "海面が高くなるのはなぜですか。"),
    Fact("慣性", "外から力が働かない物体は速度を変えない。", "力が働かない物体の速度はどうなりますか。"),
    Fact("圧力", "圧力は力を面積で割った値である。", "圧力の求め方を教えてください。"),
    Fact("オームの法則", "電圧は抵抗と電流の積に等しい。", "電圧と抵抗と電流の関係は何ですか。"),
    Fact("積分", "正の関数の積分は曲線の下の面積を表す。", "関数の積分は何を表しますか。"),
    Fact("微分", "導関数は接線の傾きを与える。", "導関数は何を与えますか。"),
    Fact("数列", "項がある値に限りなく近づくとき、数列は収束するという。", "数列はいつ収束しますか。"),
    Fact("江戸時代", "徳川家康は一六〇三年に江戸に幕府を開いた。", "徳川家康はいつ幕府を開きましたか。"),
    Fact("活版印刷", "活版印刷は十五世紀のマインツで生まれた。", "活版印刷はどこで生まれましたか。"),
    Fact("インフレ", "物価が上がり続けると家計の購買力は下がる。", "物価が上がると購買力はどうなりますか。"),
    Fact("独占", "一つの企業だけが商品を売り、価格を決める。", "企業が一つだけのとき価格は誰が決めますか。"),
    Fact("俳句", "俳句は五七五の十七音からなる。", "俳句は何音からなりますか。"),
    Fact("比喩", "隠喩は「のように」を使わずに二つのものを比べる。", "隠喩はどのように二つのものを比べますか。"),
    Fact("スタック", "スタックは最後に入れた要素を最初に取り出す。", "スタックが最初に取り出す要素はどれですか。"),
    Fact("コンパイラ", "コンパイラはソースコードを機械語に翻訳する。", "コンパイラはソースコードを何に翻訳しますか。"),
]
CHINESE = [
    Fact("光合作用", "植物在叶绿体中利用光能把二氧化碳和水变成糖。", "植物在哪里把水变成糖？"),
    Fact("呼吸作用", "细胞用氧气分解葡萄糖并放出二氧化碳。", "细胞分解葡萄糖时放出什么？"),
    Fact("有丝分裂", "一个母细胞分裂成两个相同的子细胞。", "母细胞分裂成几个子细胞？"),
    Fact("板块构造", "岩石圈的板块在较软的软流圈上移动。", "板块在什么上面移动？"),
    Fact("火山", "岩浆沿火山通道上升，喷出后称为熔岩。", "岩浆沿着什么上升？"),
    Fact("潮汐", "月球的引力使海水每天涨落两次。", "海水为什么每天涨落两次？"),
    Fact("惯性", "不受外力的物体保持原来的速度。", "物体不受外力时速度怎么样？"),
    Fact("压强", "压强等于压力除以受力面积。", "怎样计算压强？"),
    Fact("欧姆定律", "导体两端的电压等于电阻与电流的乘积。", "电压、电阻和电流有什么关系？"),
    Fact("积分", "正函数的积分表示曲线下的面积。", "函数的积分表示什么？"),
    Fact("导数", "导数给出曲线在一点处切线的斜率。", "导数给出什么？"),
    Fact("数列", "如果各项趋近于一个有限的极限，数列就收敛。", "数列什么时候收敛？"),
    Fact("秦朝", "秦始皇在公元前221年统一六国。", "秦始皇哪一年统一六国？"),
    Fact("活字印刷", "毕昇在北宋发明了泥活字印刷术。", "活字印刷术是谁发明的？"),
    Fact("通货膨胀", "物价普遍上涨会降低家庭的购买力。", "物价上涨对购买力有什么影响？"),
    Fact("垄断", "只有一家企业出售商品并决定价格。", "只有一家企业时谁决定价格？"),
    Fact("绝句", "绝句一共四句，每句五个字或七个字。", "绝句一共几句？"),
    Fact("比喻", "暗喻不用比喻词就把两个事物相比。", "暗喻怎样把两个事物相比？"),
    Fact("栈", "栈先取出最后放入的元素。", "栈先取出哪个元素？"),
    Fact("编译器", "编译器把源代码翻译成机器语言。", "编译器把源代码翻译成什么？"),
]
NOTES = {"French": FRENCH, "German": GERMAN, "Spanish": SPANISH, "Japanese": JAPANESE, "Chinese": CHINESE}


def note(language: str) -> str:
    """The note of a language, in Markdown. The first section is the title's."""
    return f"# {language}\n\n" + "\n\n".join(f"## {fact.title}\n\n{fact.text}" for fact in NOTES[language]) + "\n"
